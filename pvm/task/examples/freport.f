c     The example of the report, section 3.1, in Fortran: a sealed
c     message to a task on another host, which sends it back.
c
c         gfortran -I/usr/include -o freport freport.f -lfpvm3
c    +        $(pkg-config --cflags --libs secpvm_pvm3)
c
c     SPDX-License-Identifier: MIT OR Apache-2.0
      program freport
      include 'fpvm3.h'
      include 'secpvm_fpvm3.h'
      integer tid, bufid, info, msgtag, numt
      character*25 buffer

      msgtag = 3
      call pvmfparent(tid)
      if (tid .ne. PVMNOPARENT) then
         call pvmfrecv(tid, msgtag, bufid)
         call pvmfunpack(STRING, buffer, 25, 1, info)
         call pvmfinitsend(PVMDATADEFAULT_CIPHERDES, bufid)
         call pvmfpack(STRING, buffer, 25, 1, info)
         call pvmfsend(tid, msgtag, info)
      else
         call pvmfspawn('freport', PVMTASKHOST + PVMHOSTCOMPL, '.',
     +                  1, tid, numt)
         buffer = 'this is a secret message '
         call pvmfinitsend(PVMDATADEFAULT_CIPHERDES, bufid)
         call pvmfpack(STRING, buffer, 25, 1, info)
         call pvmfsend(tid, msgtag, info)
         buffer = ' '
         call pvmfrecv(tid, msgtag, bufid)
         call pvmfunpack(STRING, buffer, 25, 1, info)
         print '(a)', buffer
      endif
      call pvmfexit(info)
      end
