c     sealed: a Fortran program that seals a message, and has a key.
c
c     SPDX-License-Identifier: MIT OR Apache-2.0
      program sealed
      include 'fpvm3.h'
      include 'secpvm_fpvm3.h'
      integer tid, buffer, info, epoch, i, number
      double precision there(1000), back(1000)
      character*32 key

      call pvmfmytid(tid)
      call pvmfinitsend(PVMDATADEFAULT_CIPHERAES256GCM, buffer)
      if (buffer .le. 0) stop 'no such encoding'
      do i = 1, 1000
         there(i) = i / 2.0
      end do
      call pvmfpack(INTEGER4, 42, 1, 1, info)
      call pvmfpack(REAL8, there, 1000, 1, info)
      call pvmfsend(tid, 7, info)
      if (info .lt. 0) stop 'not sent'
      call pvmfrecv(tid, 7, buffer)
      call pvmfunpack(INTEGER4, number, 1, 1, info)
      call pvmfunpack(REAL8, back, 1000, 1, info)
      if (number .ne. 42 .or. info .lt. 0) stop 'another number'
      do i = 1, 1000
         if (back(i) .ne. there(i)) stop 'another array'
      end do
      call pvmfgetsesskey(key, epoch, info)
      if (info .ne. 0 .or. epoch .ne. 0) stop 'no key'
      call pvmfsetsecurity(PVMSECURITYREQUIRE, info)
      if (info .ne. PVMSECURITYMARKED) stop 'no security'
      call pvmfexit(info)
      print *, 'ok'
      end
