c     Secure messages for Fortran programs of PVM 3.4: what
c     libsecpvm_pvm3 adds to fpvm3.h. What each means stands in
c     secpvm_pvm3.h.
c
c     SPDX-License-Identifier: MIT OR Apache-2.0
c
c           include 'fpvm3.h'
c           include 'secpvm_fpvm3.h'
c           call pvmfinitsend(PVMDATADEFAULT_CIPHERAES256GCM, bufid)
c
c     call pvmfsetsecurity(security, info)
c     call pvmfgetsesskey(key, epoch, info)      character*32 key
c     call pvmfgettaskkey(tid, key, epoch, info)

      integer PVMDATADEFAULT_CIPHERAES256GCM
      integer PVMDATARAW_CIPHERAES256GCM
      integer PVMDATAINPLACE_CIPHERAES256GCM
      integer PVMDATADEFAULT_CIPHERCHACHA20POLY1305
      integer PVMDATARAW_CIPHERCHACHA20POLY1305
      integer PVMDATAINPLACE_CIPHERCHACHA20POLY1305
      integer PVMDATADEFAULT_CIPHER3DES
      integer PVMDATARAW_CIPHER3DES
      integer PVMDATAINPLACE_CIPHER3DES
      integer PVMDATADEFAULT_CIPHERIDEA
      integer PVMDATARAW_CIPHERIDEA
      integer PVMDATAINPLACE_CIPHERIDEA
      integer PVMDATADEFAULT_CIPHERDES
      integer PVMDATARAW_CIPHERDES
      integer PVMDATAINPLACE_CIPHERDES
      integer PVMDATADEFAULT_CIPHERRC4
      integer PVMDATARAW_CIPHERRC4
      integer PVMDATAINPLACE_CIPHERRC4
      integer PVMDATADEFAULT_AUTHHMACSHA256
      integer PVMDATARAW_AUTHHMACSHA256
      integer PVMDATAINPLACE_AUTHHMACSHA256
      integer PVMDATADEFAULT_AUTHMD5
      integer PVMDATARAW_AUTHMD5
      integer PVMDATAINPLACE_AUTHMD5
      integer PVMSECURITYMARKED
      integer PVMSECURITYACCEPT
      integer PVMSECURITYREQUIRE

      parameter (PVMDATADEFAULT_CIPHERAES256GCM = 256)
      parameter (PVMDATARAW_CIPHERAES256GCM = 257)
      parameter (PVMDATAINPLACE_CIPHERAES256GCM = 258)
      parameter (PVMDATADEFAULT_CIPHERCHACHA20POLY1305 = 512)
      parameter (PVMDATARAW_CIPHERCHACHA20POLY1305 = 513)
      parameter (PVMDATAINPLACE_CIPHERCHACHA20POLY1305 = 514)
      parameter (PVMDATADEFAULT_CIPHER3DES = 65792)
      parameter (PVMDATARAW_CIPHER3DES = 65793)
      parameter (PVMDATAINPLACE_CIPHER3DES = 65794)
      parameter (PVMDATADEFAULT_CIPHERIDEA = 66048)
      parameter (PVMDATARAW_CIPHERIDEA = 66049)
      parameter (PVMDATAINPLACE_CIPHERIDEA = 66050)
      parameter (PVMDATADEFAULT_CIPHERDES = 66304)
      parameter (PVMDATARAW_CIPHERDES = 66305)
      parameter (PVMDATAINPLACE_CIPHERDES = 66306)
      parameter (PVMDATADEFAULT_CIPHERRC4 = 66560)
      parameter (PVMDATARAW_CIPHERRC4 = 66561)
      parameter (PVMDATAINPLACE_CIPHERRC4 = 66562)
      parameter (PVMDATADEFAULT_AUTHHMACSHA256 = 4352)
      parameter (PVMDATARAW_AUTHHMACSHA256 = 4353)
      parameter (PVMDATAINPLACE_AUTHHMACSHA256 = 4354)
      parameter (PVMDATADEFAULT_AUTHMD5 = 69888)
      parameter (PVMDATARAW_AUTHMD5 = 69889)
      parameter (PVMDATAINPLACE_AUTHMD5 = 69890)
      parameter (PVMSECURITYMARKED = 0)
      parameter (PVMSECURITYACCEPT = 1)
      parameter (PVMSECURITYREQUIRE = 2)
